import { createTransport } from 'nodemailer';
import type { SendMail } from './send-notice.ts';

const TIMEOUT_MS = 15_000;

/** `url` as `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`; certificates are checked. */
export function createMailer(url: string, from: string): SendMail {
  const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  // Texts of ours alone: nothing in a mail may make it read a file or ask a server.
  const transport = createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true });
  return async ({ to, subject, text }) => {
    await transport.sendMail({ from, to: [...to], subject, text });
  };
}
