// What happens in the controller, for those who watch: the log, the metrics.
import type { FeedbackTold } from '../feedback/feedback.ts';
import type { Problem } from '../../resources/core.ts';
import type { Hold } from '../../plans/plan.ts';
import type { Divergence } from '../../ports/divergences.ts';
import type { JobRow } from '../../ports/jobs.ts';
import type { EffectStatus } from '../../ports/live.ts';
import type { NewOutcome } from '../../ports/outcomes.ts';
import type { Outcome } from '../../ports/store.ts';
import type { ExperimentReport } from '../experiments/report.ts';
import type { ModelDrift } from '../metrics/drift.ts';
import type { Measured } from '../metrics/loops.ts';
import type { PoolCount } from '../pools/count.ts';

export type ControllerEvent = Happened & {
  /** One look at git and the org, and all that comes of it. */
  readonly run?: string;
};

type Happened =
  | {
      readonly type: 'reconciled';
      readonly environment: string;
      /** Of an apply, or why there was none. */
      readonly outcome: Outcome | 'no-head' | 'broken' | 'refused';
      readonly commit: string | null;
      readonly plan?: string;
      readonly seconds: number;
      /** Steps done, and steps that the plan had. */
      readonly done: number;
      readonly steps: number;
      readonly holds: readonly Hold[];
      readonly problems: readonly Problem[];
      readonly budget?: { readonly used: number; readonly limit: number; readonly reserve: number };
    }
  | {
      readonly type: 'drift';
      readonly environment: string;
      readonly open: number;
      readonly news: readonly Divergence[];
      readonly gone: readonly Divergence[];
      readonly reverted: readonly Divergence[];
    }
  | { readonly type: 'message'; readonly channel: string; readonly topic: string; readonly delivery: string; readonly error?: string }
  /** What the project wants told on these channels is told nobody: no address is set for them. */
  | { readonly type: 'unaddressed'; readonly environment: string; readonly channels: readonly string[] }
  | { readonly type: 'decided'; readonly loop: string; readonly outcome: string; readonly seconds: number; readonly id: string }
  /** What loops wrote back in the org. */
  | {
      readonly type: 'written';
      readonly status: EffectStatus;
      readonly count: number;
      readonly refused: readonly { readonly record: string; readonly decision: string; readonly error: string }[];
    }
  /** What became of records. */
  | { readonly type: 'outcomes'; readonly outcomes: readonly NewOutcome[] }
  /** Another verdict on the grades of a model than before. */
  | { readonly type: 'grades'; readonly environment: string; readonly drift: ModelDrift; readonly before?: string }
  /** How experiments do; `news`: the names of those that were stopped, or that have enough to tell now. */
  | {
      readonly type: 'experiments';
      readonly environment: string;
      readonly reports: readonly ExperimentReport[];
      readonly news: readonly string[];
    }
  /** How the loops do, counted anew. */
  | { readonly type: 'measured'; readonly measured: Measured }
  /** How the pools stand. */
  | { readonly type: 'pools'; readonly pools: readonly PoolCount[] }
  /** A job of a loop has ended. */
  | { readonly type: 'gone-through'; readonly job: JobRow; readonly status: JobRow['status']; readonly error?: string }
  /** What was learned, and whether it became a proposal. */
  | { readonly type: 'feedback'; readonly told: FeedbackTold }
  | { readonly type: 'stopping' };

export type Listener = (event: ControllerEvent) => void;
