// Routes. Features are loaded when first visited; the search part of every address is a flat set of
// strings, and the as-of date travels along from page to page.
import {
    createRootRoute,
    createRoute,
    createRouter,
    lazyRouteComponent,
    Outlet,
    retainSearchParams,
} from '@tanstack/react-router';
import { parseSearch, type Search, stringifySearch } from '../lib/state';
import { Crash, NotFound } from './errors';
import { Shell } from './shell';

const validateSearch = (search: Record<string, unknown>): Search => search as Search;

const root = createRootRoute({
    component: Outlet,
    validateSearch,
    search: { middlewares: [retainSearchParams(['as_of'])] },
    errorComponent: Crash,
    notFoundComponent: NotFound,
});

const shell = createRoute({
    getParentRoute: () => root,
    id: 'shell',
    component: Shell,
    errorComponent: Crash,
});

const door = () => import('../features/platform/door');
const login = createRoute({
    getParentRoute: () => root,
    path: '/login',
    component: lazyRouteComponent(door, 'LoginPage'),
});
const setup = createRoute({
    getParentRoute: () => root,
    path: '/setup',
    component: lazyRouteComponent(door, 'SetupPage'),
});

const under = () => shell;
const overview = createRoute({
    getParentRoute: under,
    path: '/',
    component: lazyRouteComponent(() => import('../features/programme/overview'), 'OverviewPage'),
});
const lists = () => import('../features/programme/lists');
const orders = createRoute({
    getParentRoute: under,
    path: '/programme/orders',
    component: lazyRouteComponent(() => import('../features/programme/orders'), 'OrdersPage'),
});
const budget = createRoute({
    getParentRoute: under,
    path: '/programme/budget',
    component: lazyRouteComponent(() => import('../features/programme/budget'), 'BudgetPage'),
});
const targets = createRoute({
    getParentRoute: under,
    path: '/programme/targets',
    component: lazyRouteComponent(lists, 'TargetsPage'),
});
const products = createRoute({
    getParentRoute: under,
    path: '/programme/products',
    component: lazyRouteComponent(lists, 'ProductsPage'),
});
const codes = createRoute({
    getParentRoute: under,
    path: '/programme/codes',
    component: lazyRouteComponent(lists, 'CodesPage'),
});
const deadlines = createRoute({
    getParentRoute: under,
    path: '/programme/deadlines',
    component: lazyRouteComponent(() => import('../features/programme/deadlines'), 'DeadlinesPage'),
});
const patents = createRoute({
    getParentRoute: under,
    path: '/programme/patents',
    component: lazyRouteComponent(() => import('../features/programme/patents'), 'PatentsPage'),
});
const standards = createRoute({
    getParentRoute: under,
    path: '/programme/standards',
    component: lazyRouteComponent(() => import('../features/programme/patents'), 'StandardsPage'),
});
const organisations = createRoute({
    getParentRoute: under,
    path: '/programme/organisations',
    component: lazyRouteComponent(
        () => import('../features/programme/organisations'),
        'OrganisationsPage',
    ),
});
// The list and, below it, one document: a key may hold slashes, so it is the rest of the path.
const viewer = createRoute({
    getParentRoute: under,
    path: '/programme/documents/$',
    component: lazyRouteComponent(() => import('../features/programme/viewer'), 'ViewerPage'),
});
const imports = createRoute({
    getParentRoute: under,
    path: '/programme/imports',
    component: lazyRouteComponent(() => import('../features/programme/imports'), 'ImportsPage'),
});
const review = createRoute({
    getParentRoute: under,
    path: '/programme/imports/$id',
    component: lazyRouteComponent(() => import('../features/programme/review'), 'ReviewPage'),
});
const findings = createRoute({
    getParentRoute: under,
    path: '/programme/findings',
    component: lazyRouteComponent(() => import('../features/programme/findings'), 'FindingsPage'),
});
const finding = createRoute({
    getParentRoute: under,
    path: '/programme/findings/$id',
    component: lazyRouteComponent(() => import('../features/programme/findings'), 'FindingPage'),
});
const releases = createRoute({
    getParentRoute: under,
    path: '/programme/releases',
    component: lazyRouteComponent(() => import('../features/programme/releases'), 'ReleasesPage'),
});
const audit = createRoute({
    getParentRoute: under,
    path: '/audit',
    component: lazyRouteComponent(() => import('../features/platform/audit'), 'AuditPage'),
});
const admin = createRoute({
    getParentRoute: under,
    path: '/admin',
    component: lazyRouteComponent(() => import('../features/platform/admin'), 'AdminPage'),
});
const profile = createRoute({
    getParentRoute: under,
    path: '/profile',
    component: lazyRouteComponent(() => import('../features/platform/profile'), 'ProfilePage'),
});

export const router = createRouter({
    routeTree: root.addChildren([
        login,
        setup,
        shell.addChildren([
            overview,
            orders,
            budget,
            targets,
            products,
            codes,
            deadlines,
            patents,
            standards,
            organisations,
            viewer,
            imports,
            review,
            findings,
            finding,
            releases,
            audit,
            admin,
            profile,
        ]),
    ]),
    parseSearch: (text) => parseSearch(text),
    stringifySearch: (search) => stringifySearch(search),
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    scrollRestoration: true,
});

declare module '@tanstack/react-router' {
    interface Register {
        router: typeof router;
    }
}
