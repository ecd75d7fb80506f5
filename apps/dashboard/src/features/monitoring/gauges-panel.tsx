import type { AlertRules, Metric, SystemMetrics } from '@mcp-coordinator/contract/monitoring.contract';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import styles from './monitoring.module.css';
import { thresholdsOf } from './thresholds.ts';

const rate = (bytes: number): string => {
  const [size, unit] = bytes >= 1e6 ? [bytes / 1e6, 'MB/s'] : [bytes / 1e3, 'kB/s'];
  return `${size.toFixed(1)} ${unit}`;
};
const filled = ({ used, total }: { used: number; total: number }): string =>
  `${used.toFixed(1)} of ${total.toFixed(1)} GB`;

export function GaugesPanel({ metrics, rules }: { metrics: SystemMetrics; rules: AlertRules | undefined }) {
  const { cpu, memory, disk, network } = metrics.system;
  return (
    <Panel title="This coordinator" aside="orange mark: alert threshold">
      <div className={styles['gauges']}>
        <Gauge name="CPU" metric="cpu_usage" usage={cpu.usage} note={count(cpu.cores, 'core')} rules={rules} />
        <Gauge name="Memory" metric="memory_usage" usage={memory.usage} note={filled(memory)} rules={rules} />
        <Gauge name="Disk" metric="disk_usage" usage={disk.usage} note={filled(disk)} rules={rules} />
        <div className={styles['gauge']}>
          <div className={styles['gaugeHead']}>
            <span>Network</span>
          </div>
          <b>↓ {rate(network.incoming)}</b>
          <b>↑ {rate(network.outgoing)}</b>
        </div>
      </div>
    </Panel>
  );
}

interface GaugeProps {
  name: string;
  metric: Metric;
  usage: number;
  note: string;
  rules: AlertRules | undefined;
}

function Gauge({ name, metric, usage, note, rules }: GaugeProps) {
  const limits = thresholdsOf(rules, metric);
  const over = limits.some((limit) => usage > limit);
  return (
    <div className={styles['gauge']}>
      <div className={styles['gaugeHead']}>
        <span>{name}</span>
        <b>
          {usage.toFixed(0)} %{over ? ' ▲' : ''}
        </b>
      </div>
      <div className={styles['meter']} data-over={over} aria-hidden="true">
        <span style={{ width: `${Math.min(100, usage)}%` }} />
        {limits.map((limit) => (
          <i key={limit} style={{ left: `${Math.min(100, limit)}%` }} />
        ))}
      </div>
      <span className="dim">
        {note}
        {limits.length > 0 ? ` · alert above ${limits.join(' and ')} %` : ''}
      </span>
    </div>
  );
}
