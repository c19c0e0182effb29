// The SDK of OpenTelemetry with exporters in memory, and on it the file of docs/observability.md.
import { join } from "node:path";
import { inspect } from "node:util";
import { metrics, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { snippetsOf, writeSnippets } from "../../docs/snippets.ts";

const PAGE = "docs/observability.md";

/** A time series: its attributes, and its value; of a histogram the number of its records. */
interface Series {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
}

export interface Telemetry {
  /** The spans that ended since the last call. */
  takeSpans(): ReadableSpan[];
  /** What the metric has counted since the last call for any metric. */
  takeSeries(name: string): Promise<Series[]>;
  /** All that was ever exported, as text. */
  text(): string;
  /** Makes the spans of the tests. */
  readonly tracer: ReturnType<typeof trace.getTracer>;
}

/** Once per process, as the page has it: the providers are global. */
export async function startTelemetry(): Promise<Telemetry> {
  const spans = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).register();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  await importRecipe();

  const texts: string[] = [];
  const keepText = (exported: unknown): void =>
    void texts.push(inspect(exported, { depth: 20, maxArrayLength: null, showHidden: true }));
  return {
    tracer: trace.getTracer("tests"),
    takeSpans() {
      const ended = spans.getFinishedSpans();
      keepText(ended);
      spans.reset();
      return ended;
    },
    async takeSeries(name) {
      await reader.forceFlush();
      const exported = exporter.getMetrics();
      keepText(exported);
      exporter.reset();
      return exported
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap((scope) => scope.metrics)
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap((metric): DataPoint<number | Histogram>[] => metric.dataPoints as never)
        .map(({ attributes, value }) => ({
          attributes,
          value: typeof value === "number" ? value : value.count,
        }));
    },
    text: () => texts.join("\n"),
  };
}

async function importRecipe(): Promise<void> {
  const recipes = snippetsOf(PAGE).filter(({ code }) => code.includes('"@opentelemetry/api"'));
  const [recipe] = recipes;
  if (!recipe || recipes.length > 1) throw new Error(`${PAGE} has ${recipes.length} recipes.`);
  const folder = writeSnippets(`recipe-${PAGE}`, [recipe]);
  await import(join(folder, `line-${recipe.line}.ts`));
}
