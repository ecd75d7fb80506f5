import { SCOPES } from '@mcp-coordinator/contract/inventory.contract';
import { visibleText } from '../../ui/visible-text.ts';

/** “github@build-07” for a key that names installer, client and scope; the whole key stands in the title and on its own page. */
export const serverWords = (key: string): string => {
  const [installer, , scope, ...name] = key.split('/');
  const qualified = name.length > 0 && (SCOPES as readonly (string | undefined)[]).includes(scope);
  return visibleText(qualified ? `${name.join('/')}@${installer}` : key);
};
