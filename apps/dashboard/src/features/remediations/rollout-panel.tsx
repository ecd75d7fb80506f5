import type { Rollout } from '@mcp-coordinator/contract/remediations.contract';
import { Link } from '@tanstack/react-router';
import { FactList } from '../../ui/fact-list.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';

type Wave = Rollout['waves'][number];
const waveWords = (wave: Wave): string =>
  'machines' in wave ? count(wave.machines, 'machine') : `${wave.percent} % of them`;

/** On which machines it will run, and how it stops when it goes wrong: one decision, every machine named. */
export function RolloutPanel({ rollout }: { rollout: Rollout | null }) {
  if (rollout === null) return null;
  const { machines, waves, failureRatio } = rollout;
  return (
    <Panel title="Rollout" aside={count(machines.length, 'machine')}>
      <PanelBody>
        <FactList
          facts={[
            ['Waves', [...waves.map(waveWords), 'the rest'].join(', then ')],
            ['Stops', `when more than ${Math.round(failureRatio * 100)} % of a wave fails: then all is undone`],
          ]}
        />
        <ol>
          {machines.map((id) => (
            <li key={id}>
              <Link to="/servers/$id" params={{ id }}>
                {id}
              </Link>
            </li>
          ))}
        </ol>
      </PanelBody>
    </Panel>
  );
}
