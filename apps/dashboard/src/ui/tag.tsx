import type { ReactNode } from 'react';
import styles from './tag.module.css';

export type Tone = 'critical' | 'high' | 'medium' | 'low' | 'verified' | 'neutral';

export interface TagProps {
  tone: Tone;
  /** Carries the meaning without colour; the word beside it is for everyone. */
  glyph: string;
  children: ReactNode;
  bare?: boolean;
}

export function Tag({ tone, glyph, children, bare = false }: TagProps) {
  return (
    <span className={`${styles['tag']} ${tone === 'neutral' ? '' : styles[tone]} ${bare ? styles['bare'] : ''}`}>
      <span aria-hidden="true">{glyph}</span>
      <span>{children}</span>
    </span>
  );
}
