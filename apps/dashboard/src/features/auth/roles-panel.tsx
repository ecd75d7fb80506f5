import { PERMISSIONS, ROLE_PERMISSIONS, ROLES } from '@mcp-coordinator/contract/permissions';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';

/** What each role may do, as the coordinator has it. */
export function RolesPanel() {
  return (
    <Panel title="Roles">
      <Table
        label="Roles and their permissions"
        rows={PERMISSIONS.filter((permission) => permission !== 'break_glass')}
        rowKey={(permission) => permission}
        columns={[
          { head: 'May', cell: (permission) => permission.replaceAll('_', ' ') },
          ...ROLES.map((role) => ({
            head: role,
            cell: (permission: (typeof PERMISSIONS)[number]) =>
              ROLE_PERMISSIONS[role].includes(permission) ? '✓ yes' : <span className="dim">–</span>,
          })),
        ]}
      />
    </Panel>
  );
}
