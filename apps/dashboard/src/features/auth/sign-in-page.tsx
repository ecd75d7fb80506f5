import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { rememberSignIn } from './session-hint.ts';
import styles from './sign-in.module.css';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { next = '/' } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const signingIn = useMutation({
    mutationFn: () => call('login', { body: { username, password } }),
    onSuccess: () => {
      rememberSignIn(true);
      queryClient.clear();
      router.history.push(next);
    },
    onError: () => setPassword(''),
  });
  useEffect(() => {
    document.title = 'Sign in · MCP Coordinator';
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signingIn.mutate();
  };
  const empty = username === '' || password === '';
  return (
    <main className={styles['page']}>
      <form className={styles['card']} onSubmit={submit}>
        <div>
          <div className={styles['brand']}>MCP Coordinator</div>
          <h1 className={styles['title']}>Sign in to {location.host}.</h1>
          {next === '/' ? null : <p className="dim">You come back to the page you asked for.</p>}
        </div>
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
        {signingIn.error ? <ProblemNotice error={signingIn.error} /> : null}
        <Button
          type="submit"
          filled
          busy={signingIn.isPending}
          blocked={empty ? 'Enter your user name and password' : undefined}
        >
          Sign in
        </Button>
      </form>
    </main>
  );
}
