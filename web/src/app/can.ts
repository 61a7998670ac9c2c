// What the person may do, from GET /api/me. The server decides; the console only hides doors.
import { useMe } from '../api/queries';

export type Permission = 'read' | 'import' | 'review' | 'publish' | 'read_audit' | 'administer' | 'metrics';

export function useCan(): (permission: Permission) => boolean {
    const me = useMe();
    return (permission) => me.data?.permissions.includes(permission) ?? false;
}
