// A lifecycle as a person would write it, compiled.
import { compileLifecycle, type Lifecycle } from '../../../engines/lifecycle/model.ts';
import { LifecycleModel } from '../../../resources/lifecycle-model/schema.ts';

const STAGES = [
  { id: 'nurture' },
  { id: 'subscriber', entry: 'email exists' },
  { id: 'lead', entry: 'email exists and company exists' },
  {
    id: 'mql',
    entry: 'mql',
    exit: 'not on_hold',
    owner: 'SDR',
    sla: '4h',
    reject: [
      { reason: 'bad fit', when: 'status == "Unqualified"', to: 'lead' },
      { reason: 'no interest', to: 'nurture', after: '60d' },
    ],
    recycle: { to: 'nurture', after: '30d', hold: '90d' },
  },
  { id: 'sql', entry: 'converted', owner: 'AE', sla: '+2bd' },
  { id: 'opportunity', entry: 'opportunity exists' },
  { id: 'customer', entry: 'opportunity.won' },
] as const;

export function lifecycleOf(stages: readonly object[] = STAGES, more: object = {}, timezone = 'America/New_York'): Lifecycle {
  return compileLifecycle(LifecycleModel.schema.parse({ stages, reject_field: 'rejected_because', ...more }), timezone);
}
