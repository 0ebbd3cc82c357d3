// Another method at an address that there is gets 405 with the methods that it takes, not 404.
import type { App } from './surface.ts';

type Routes = Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>;

/** Every route that is added from now on. */
export function rememberRoutes(app: App): Routes {
  const routes: Routes = new Map();
  app.addHook('onRoute', ({ url, method }) => {
    const known = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) known.methods.add(one);
    routes.set(url, known);
  });
  return routes;
}

export function methodsAt(routes: Routes, path: string): readonly string[] {
  return [...routes.values()]
    .filter(({ pattern }) => pattern.test(path))
    .flatMap(({ methods }) => [...methods])
    .sort();
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
