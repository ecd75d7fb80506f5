import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { readSettingsFile, settingsPath } from '../settings.ts';
import { print } from '../terminal.ts';

/** What the command line itself goes by. */
export function addConfigCommands(program: Command, context: Context): void {
  const { terminal, environment } = context;
  const config = program.command('config').description('where the coordinator is, and where that is kept');
  config
    .command('path')
    .description('print where the configuration file is')
    .action(() => {
      const path = settingsPath(environment);
      print(terminal, { path }, () => path);
    });
  config
    .command('get')
    .description('print what applies, and where it comes from')
    .action(() => {
      const { url, urlFrom, token } = context.settings();
      const signedIn = token !== undefined;
      print(terminal, { url, urlFrom, signedIn }, () =>
        [`url = ${url} (${urlFrom})`, `signed in: ${signedIn ? 'yes' : 'no'}`].join('\n'),
      );
    });
  config
    .command('validate')
    .description('see whether the configuration file can be used')
    .action(() => {
      const path = settingsPath(environment);
      readSettingsFile(path);
      print(terminal, { path, valid: true }, () => `${path} is valid.`);
    });
}
