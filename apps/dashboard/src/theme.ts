import { createTheme } from '@mantine/core';

/** How Mantine's parts behave; how they look stands in `ui/mantine.css`. */
export const theme = createTheme({
  components: {
    Modal: {
      // Scrolling is held by the page's own style sheet: the library's lock writes a style element without a nonce.
      defaultProps: {
        centered: true,
        lockScroll: false,
        overlayProps: { backgroundOpacity: 0.4 },
        transitionProps: { duration: 80 },
      },
    },
    Drawer: { defaultProps: { lockScroll: false, transitionProps: { duration: 80 } } },
  },
});
