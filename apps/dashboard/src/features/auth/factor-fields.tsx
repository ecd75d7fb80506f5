import { PasswordInput, TextInput } from '@mantine/core';
import { TextButton } from '../../ui/button.tsx';
import { chosen, type FactorChoice, type FactorMethod } from './factor-choice.ts';

const OFFERS: Record<FactorMethod, string> = {
  passkey: 'Use a passkey',
  totp: 'Use the authenticator app',
  recovery_code: 'Use a recovery code',
  password: 'Use the password',
};

interface FactorFieldsProps {
  methods: readonly FactorMethod[];
  choice: FactorChoice;
  onChange: (choice: FactorChoice) => void;
}

/** Asks for one second factor, of those that serve here. */
export function FactorFields({ methods, choice, onChange }: FactorFieldsProps) {
  const method = chosen(methods, choice);
  if (method === undefined) return null;
  const others = methods.filter((one) => one !== method);
  return (
    <div>
      <FactorField method={method} text={choice.text} onChange={(text) => onChange({ method, text })} />
      {others.map((other) => (
        <div key={other}>
          <TextButton onClick={() => onChange({ method: other, text: '' })}>{OFFERS[other]} instead</TextButton>
        </div>
      ))}
    </div>
  );
}

function FactorField({
  method,
  text,
  onChange,
}: {
  method: FactorMethod;
  text: string;
  onChange: (text: string) => void;
}) {
  switch (method) {
    case 'passkey':
      return <p className="dim">Your browser asks for your passkey when you go on.</p>;
    case 'totp':
      return (
        <TextInput
          label="Code of your authenticator app"
          description="Six digits; each is good once."
          inputMode="numeric"
          autoComplete="one-time-code"
          spellCheck={false}
          maxLength={16}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'recovery_code':
      return (
        <TextInput
          label="Recovery code"
          description="Each is good once; cross it out."
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'password':
      return (
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show your password' }}
        />
      );
  }
}
