import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const action: MantineColorsTuple = [
  '#e6f4f4',
  '#c9e6e7',
  '#9fd3d5',
  '#71bec2',
  '#4cc3cc',
  '#2f959b',
  '#0b6b72',
  '#0b6b72',
  '#095a60',
  '#06474c',
];

export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13.5px', md: '13.5px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '18px', sm: '20px', md: '20px', lg: '22px', xl: '28px' },
  headings: { fontFamily: 'var(--font)' },
  defaultRadius: 4,
  colors: { action },
  primaryColor: 'action',
  primaryShade: { light: 6, dark: 4 },
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

const variables = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-bright': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-2)',
  '--mantine-color-placeholder': 'var(--ink-2)',
  '--mantine-color-anchor': 'var(--action)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--sunken)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-error': 'var(--critical)',
};

/** Mantine's parts take the colours of the page, so that there is one table of colours. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: variables, dark: variables });
