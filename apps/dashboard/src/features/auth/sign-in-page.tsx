import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { call } from '../../api/ask.ts';
import { refusalOf } from '../../api/refused-error.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { type FactorMethod, factorGap, giveFactor, NO_FACTOR } from './factor-choice.ts';
import { FactorFields } from './factor-fields.tsx';
import { rememberSignIn } from './session-hint.ts';
import styles from './sign-in.module.css';

const route = getRouteApi('/sign-in');

/** The password first; whoever has a second factor is asked for it once the password was right. */
export function SignInPage() {
  const { next = '/' } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [methods, setMethods] = useState<readonly FactorMethod[]>([]);
  const [choice, setChoice] = useState(NO_FACTOR);
  const asksFactor = methods.length > 0;
  const signingIn = useMutation({
    mutationFn: async (): Promise<readonly FactorMethod[]> => {
      const begin = () => call('beginSignIn', { body: { username, password } });
      const factor = await giveFactor(methods, choice, async () => (await begin()).publicKey);
      try {
        await call('login', { body: { username, password, ...factor } });
        return [];
      } catch (error) {
        if (refusalOf(error)?.code !== 'mfa_required') throw error;
        return (await begin()).methods;
      }
    },
    onSuccess: (asked) => {
      setMethods(asked);
      if (asked.length > 0) return;
      rememberSignIn(true);
      queryClient.clear();
      router.history.push(next);
    },
    onError: (error) => {
      setChoice({ ...choice, text: '' });
      if (refusalOf(error)?.code !== 'invalid_credentials') return;
      setPassword('');
      setMethods([]);
    },
  });
  useEffect(() => {
    document.title = 'Sign in · MCP Coordinator';
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signingIn.mutate();
  };
  const empty = username === '' || password === '' ? 'Enter your user name and password' : undefined;
  return (
    <main className={styles['page']}>
      <form className={styles['card']} onSubmit={submit}>
        <div>
          <div className={styles['brand']}>MCP Coordinator</div>
          <h1 className={styles['title']}>{asksFactor ? 'Show that it is you.' : `Sign in to ${location.host}.`}</h1>
          {next === '/' ? null : <p className="dim">You come back to the page you asked for.</p>}
        </div>
        {asksFactor ? (
          <FactorFields methods={methods} choice={choice} onChange={setChoice} />
        ) : (
          <>
            <TextInput
              label="User name"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show password' }}
            />
          </>
        )}
        {signingIn.error ? <ProblemNotice error={signingIn.error} /> : null}
        <Button type="submit" filled busy={signingIn.isPending} blocked={empty ?? factorGap(methods, choice)}>
          {asksFactor ? 'Go on' : 'Sign in'}
        </Button>
      </form>
    </main>
  );
}
