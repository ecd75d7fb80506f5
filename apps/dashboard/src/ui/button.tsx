import { type ButtonHTMLAttributes, useId } from 'react';
import styles from './button.module.css';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'className'> {
  /** One filled button a page: the next thing to do. */
  filled?: boolean | undefined;
  /** Why it cannot be used now. It stays reachable, so that the reason can be read by everyone. */
  blocked?: string | undefined;
  /** Something is under way; the button does nothing until it ends. */
  busy?: boolean | undefined;
}

export function Button({ filled, blocked, busy, onClick, type = 'button', children, ...rest }: ButtonProps) {
  const reasonId = useId();
  const off = blocked !== undefined || busy === true;
  return (
    <button
      {...rest}
      type={off && type === 'submit' ? 'button' : type}
      className={`${styles['button']} ${filled && !off ? styles['filled'] : ''}`}
      aria-disabled={off}
      aria-describedby={blocked === undefined ? undefined : reasonId}
      title={blocked}
      onClick={off ? undefined : onClick}
    >
      {children}
      {busy ? <span>…</span> : null}
      {blocked === undefined ? null : (
        <span id={reasonId} className="unseen">
          {blocked}
        </span>
      )}
    </button>
  );
}

/** A button that reads as a link: it changes what is shown, and leads nowhere. */
export function TextButton({ type = 'button', ...rest }: Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'>) {
  return <button {...rest} type={type} className={styles['link']} />;
}

export const buttonClass = (filled = false): string => `${styles['button']} ${filled ? styles['filled'] : ''}`;
