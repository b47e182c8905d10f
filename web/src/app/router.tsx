import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { Fault, Skeleton } from '../parts/Fault'
import { Home } from '../screens/Home'
import { Shell } from './Shell'

const texts = (search: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(search).flatMap(([k, v]) => (v === undefined || v === null ? [] : [[k, String(v)]])),
  ) as Record<string, string>

const root = createRootRoute({
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
})
const at = <P extends string>(path: P, component: Parameters<typeof createRoute>[0]['component']) =>
  createRoute({ getParentRoute: () => root, path, component, validateSearch: texts })

const tree = root.addChildren([
  at('/', Home),
  at(
    '/scan',
    lazyRouteComponent(() => import('../screens/Scan'), 'Scan'),
  ),
  at(
    '/journey',
    lazyRouteComponent(() => import('../screens/journey/Journey'), 'Journey'),
  ),
  at(
    '/goods',
    lazyRouteComponent(() => import('../screens/Goods'), 'Goods'),
  ),
  at(
    '/products',
    lazyRouteComponent(() => import('../screens/products/Products'), 'Products'),
  ),
  at(
    '/products/$product',
    lazyRouteComponent(() => import('../screens/products/Product'), 'Product'),
  ),
  at(
    '/receive',
    lazyRouteComponent(() => import('../screens/receive/Receive'), 'Receive'),
  ),
  at(
    '/receive/$session',
    lazyRouteComponent(() => import('../screens/receive/Session'), 'Session'),
  ),
  at(
    '/send',
    lazyRouteComponent(() => import('../screens/send/Send'), 'Send'),
  ),
  at(
    '/send/new',
    lazyRouteComponent(() => import('../screens/send/New'), 'New'),
  ),
  at(
    '/send/$shipment',
    lazyRouteComponent(() => import('../screens/send/Shipment'), 'Shipment'),
  ),
  at(
    '/cases',
    lazyRouteComponent(() => import('../screens/cases/Cases'), 'Cases'),
  ),
  at(
    '/cases/$id',
    lazyRouteComponent(() => import('../screens/cases/Case'), 'One'),
  ),
  at(
    '/documents',
    lazyRouteComponent(() => import('../screens/documents/Documents'), 'Documents'),
  ),
  at(
    '/partners',
    lazyRouteComponent(() => import('../screens/partners/Partners'), 'Partners'),
  ),
  at(
    '/partners/$id',
    lazyRouteComponent(() => import('../screens/partners/Partner'), 'One'),
  ),
  at(
    '/people',
    lazyRouteComponent(() => import('../screens/people/People'), 'People'),
  ),
  at(
    '/audit',
    lazyRouteComponent(() => import('../screens/people/Audit'), 'Audit'),
  ),
  at(
    '/file',
    lazyRouteComponent(() => import('../screens/file/File'), 'TryFile'),
  ),
  at(
    '/device',
    lazyRouteComponent(() => import('../screens/shift/Device'), 'Device'),
  ),
  at(
    '/all',
    lazyRouteComponent(() => import('../screens/Modules'), 'Modules'),
  ),
  at(
    '/ledger',
    lazyRouteComponent(() => import('../screens/ledger/Ledger'), 'Ledger'),
  ),
  at(
    '/ledger/block/$height',
    lazyRouteComponent(() => import('../screens/ledger/Block'), 'Block'),
  ),
  at(
    '/ledger/entry/$id',
    lazyRouteComponent(() => import('../screens/ledger/Entry'), 'Entry'),
  ),
  at(
    '/network',
    lazyRouteComponent(() => import('../screens/network/Network'), 'Network'),
  ),
  at(
    '/all/$list',
    lazyRouteComponent(() => import('../screens/List'), 'List'),
  ),
  at(
    '/all/$list/$id',
    lazyRouteComponent(() => import('../screens/Detail'), 'Detail'),
  ),
  at(
    '/do/$act',
    lazyRouteComponent(() => import('../screens/Act'), 'Act'),
  ),
])

// Values of the address are texts: a serial number of digits must not become a number.
export const router = createRouter({
  routeTree: tree,
  basepath: '/console',
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(
      Object.entries(search).flatMap(([k, v]) => (v === undefined || v === '' ? [] : [[k, String(v)]])),
    ).toString()
    return text ? `?${text}` : ''
  },
  defaultPendingComponent: () => <Skeleton />,
  defaultErrorComponent: ({ error, reset }) => <Fault error={error} again={reset} />,
  defaultNotFoundComponent: () => <Fault error={new Error('404')} />,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
