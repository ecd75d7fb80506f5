const KEY = 'signed-in';

/*
 * Whether this browser has signed in, as far as it remembers. The session itself is a cookie that no script can read; this
 * holds nothing of it, and only spares a visitor without one the question that would be answered with 401.
 */
export const rememberSignIn = (signedIn: boolean): void => {
  if (signedIn) localStorage.setItem(KEY, 'yes');
  else localStorage.removeItem(KEY);
};

export const mayBeSignedIn = (): boolean => localStorage.getItem(KEY) !== null;
