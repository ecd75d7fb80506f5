import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { factorGap, type GivenFactor, giveFactor, NO_FACTOR, ownerMethods } from './factor-choice.ts';
import { FactorFields } from './factor-fields.tsx';
import { beginFor, type OwnFactors, useFactorsChanged } from './own-factors.ts';

interface OwnerDialogProps<Done> {
  title: string;
  verb: string;
  factors: OwnFactors;
  /** What else is missing. */
  gap?: string | undefined;
  act: (proof: GivenFactor) => Promise<Done>;
  onDone: (done: Done) => void;
  onClose: () => void;
  children?: ReactNode;
}

/** A change of one's factors: a thief of the session must not be able to make it, so it asks for proof. */
export function OwnerDialog<Done>({
  title,
  verb,
  factors,
  gap,
  act,
  onDone,
  onClose,
  children,
}: OwnerDialogProps<Done>) {
  const [choice, setChoice] = useState(NO_FACTOR);
  const changed = useFactorsChanged();
  const methods = ownerMethods(factors);
  const acting = useMutation({
    mutationFn: async () => act(await giveFactor(methods, choice, beginFor('manage_factors'))),
    onSuccess: onDone,
    onError: () => setChoice({ ...choice, text: '' }),
    onSettled: changed,
  });
  return (
    <FormDialog
      title={title}
      verb={verb}
      onClose={onClose}
      onSubmit={() => acting.mutate()}
      busy={acting.isPending}
      error={acting.error}
      blocked={gap ?? factorGap(methods, choice)}
    >
      {children}
      <FactorFields methods={methods} choice={choice} onChange={setChoice} />
    </FormDialog>
  );
}
