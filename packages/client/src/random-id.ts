/** 128 random bits as hex. Unlike `crypto.randomUUID` it also exists on pages served over plain HTTP. */
export const randomId = (prefix = ''): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return prefix + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};
