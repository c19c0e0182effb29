// The layers that ARCHITECTURE.md draws: within a package a folder imports only from those below it, types included.

/** Per package its folders and files, top first; each imports only from itself and from those after it. */
const LAYERS = {
  core: [
    "testing/",
    "index.ts",
    "web/",
    "session/",
    "protocol/",
    "changes/",
    "cookies/",
    "backends/open-backend.ts",
    "backends/memory/",
    "backends/redis/",
    "backends/redis/transport/user-client/",
    "backends/redis/transport/cluster/",
    "backends/redis/transport/",
    "backends/",
    "options/",
    "codec/",
    "serializers/",
    "diagnostics.ts",
    "process-warning.ts",
    "one-per-process.ts",
    "option-names.ts",
    "errors.ts",
  ],
  http: ["testing/", "index.ts", "node/", "adapter/", "response/"],
  express: ["express-session/", "drop-in/", "index.ts", ""],
  koa: ["koa-session/", "drop-in/", "index.ts", ""],
  gob: [
    "index.ts",
    "serializer.ts",
    "session.ts",
    "go-key.ts",
    "stream.ts",
    "options.ts",
    "encode/",
    "decode/",
    "values/",
    "types/",
    "wire/",
    "limits.ts",
    "option-names.ts",
    "one-per-process.ts",
    "errors.ts",
  ],
};

/** Per package the files of other packages that it may import; `types` are imported as types alone. */
const ENTRIES = {
  core: { all: [] },
  http: {
    all: ["core/src/index.ts", "core/src/web/index.ts"],
    testing: ["core/src/testing/index.ts"],
  },
  express: { all: ["core/src/index.ts", "core/src/web/index.ts", "http/src/index.ts"] },
  koa: { all: ["core/src/index.ts", "core/src/web/index.ts", "http/src/index.ts"] },
  gob: { types: ["core/src/index.ts"] },
};

const escape = (path) => path.replaceAll(".", String.raw`\.`);
const source = (name, path = "") => `^packages/${name}/src/${escape(path)}`;

/** The files of one layer: those under its path that no other layer names more exactly. */
function filesOf(name, layer) {
  const inner = LAYERS[name].filter((other) => other !== layer && other.startsWith(layer));
  return { path: source(name, layer), pathNot: inner.map((other) => source(name, other)) };
}

const layerRules = Object.entries(LAYERS).flatMap(([name, layers]) =>
  layers.flatMap((layer, at) =>
    layers.slice(0, at).map((above) => ({
      name: `${name}: ${layer || "src"} imports nothing of ${above || "src"}`,
      severity: "error",
      from: filesOf(name, layer),
      to: filesOf(name, above),
    })),
  ),
);

const packageRules = Object.entries(ENTRIES).flatMap(
  ([name, { all = [], types = [], testing = [] }]) => {
    const others = {
      path: "^packages/",
      pathNot: [source(name), ...[...all, ...types].map((entry) => `^packages/${escape(entry)}$`)],
    };
    const rules = [
      {
        name: `${name} imports of other packages only their entries`,
        severity: "error",
        from: { path: source(name), pathNot: testing.length > 0 ? [source(name, "testing/")] : [] },
        to: others,
      },
    ];
    if (types.length > 0) {
      rules.push({
        name: `${name} imports types alone of other packages`,
        severity: "error",
        from: { path: source(name) },
        to: {
          path: types.map((entry) => `^packages/${escape(entry)}$`),
          dependencyTypesNot: ["type-only"],
        },
      });
    }
    return rules;
  },
);

export default {
  forbidden: [
    { name: "no circles", severity: "error", from: {}, to: { circular: true } },
    ...Object.entries(LAYERS).map(([name, layers]) => ({
      name: `${name}: every file belongs to a layer`,
      severity: "error",
      from: { path: source(name), pathNot: layers.map((layer) => source(name, layer)) },
      to: {},
    })),
    ...layerRules,
    ...packageRules,
  ],
  options: {
    // Imports of types count, too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.check.json" },
    includeOnly: "^packages/[^/]+/src",
    enhancedResolveOptions: {
      conditionNames: ["@redistore/source", "import", "types"],
      exportsFields: ["exports"],
    },
  },
};
