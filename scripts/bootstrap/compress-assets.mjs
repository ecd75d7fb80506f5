import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Fonts and pictures are compressed already. */
const COMPRESSIBLE = /\.(js|css|svg)$/;
/** Browsers take Brotli over HTTPS and from this machine alone; elsewhere they take gzip. */
const FORMATS = /** @type {const} */ ([
  [
    '.br',
    (/** @type {Buffer} */ bytes) =>
      brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
  ],
  ['.gz', (/** @type {Buffer} */ bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION })],
]);

/**
 * Lays a compressed copy beside each asset of a folder, once for all who will ask for it.
 * @param {string} folder
 */
export function compressAssets(folder) {
  for (const name of readdirSync(folder).filter((file) => COMPRESSIBLE.test(file))) {
    const bytes = readFileSync(join(folder, name));
    for (const [ending, compress] of FORMATS) writeFileSync(join(folder, name + ending), compress(bytes));
  }
}
