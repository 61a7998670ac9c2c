// The list of pages: navigation, command palette and the e2e tour read the same list.
import type { Key } from '../i18n';
import type { IconName } from '../ui/icons';
import type { Permission } from './can';

export interface Page {
    path: string;
    title: Key;
    icon: IconName;
    group: 'programme' | 'data' | 'platform';
    permission?: Permission;
}

export const pages: Page[] = [
    { path: '/', title: 'nav.overview', icon: 'overview', group: 'programme' },
    { path: '/programme/orders', title: 'nav.orders', icon: 'orders', group: 'programme' },
    { path: '/programme/budget', title: 'nav.budget', icon: 'budget', group: 'programme' },
    { path: '/programme/targets', title: 'nav.targets', icon: 'target', group: 'programme' },
    { path: '/programme/deadlines', title: 'nav.deadlines', icon: 'clock', group: 'programme' },
    { path: '/programme/patents', title: 'nav.patents', icon: 'patent', group: 'programme' },
    {
        path: '/programme/organisations',
        title: 'nav.organisations',
        icon: 'map',
        group: 'programme',
    },
    { path: '/programme/documents', title: 'nav.documents', icon: 'document', group: 'data' },
    {
        path: '/programme/imports',
        title: 'nav.imports',
        icon: 'import',
        group: 'data',
        permission: 'import',
    },
    { path: '/programme/findings', title: 'nav.findings', icon: 'quality', group: 'data' },
    { path: '/programme/releases', title: 'nav.releases', icon: 'release', group: 'data' },
    {
        path: '/audit',
        title: 'nav.audit',
        icon: 'audit',
        group: 'platform',
        permission: 'read_audit',
    },
    {
        path: '/admin',
        title: 'nav.admin',
        icon: 'admin',
        group: 'platform',
        permission: 'administer',
    },
    { path: '/profile', title: 'nav.profile', icon: 'user', group: 'platform' },
];
