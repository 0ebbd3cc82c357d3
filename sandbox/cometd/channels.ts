// Channels of change events: one for each watched object, one for all. What a subscriber gets of an event is what its user may see.
import { type Caller, visibleField } from '../access/caller.ts';
import { type ChangeEvent, eventsAfter } from '../changes/ledger.ts';
import { schemaId } from '../changes/payload.ts';
import { WATCHED } from '../changes/touched.ts';
import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/object.ts';
import type { Reply } from './bayeux.ts';

const ALL = '/data/ChangeEvents';
const OF_OBJECT: ReadonlyMap<string, string> = new Map(WATCHED.map((object) => [`/data/${object}ChangeEvent`, object]));
const MOST_AT_ONCE = 200;

export function isChannel(channel: string): boolean {
  return channel === ALL || OF_OBJECT.has(channel);
}

/** Events pass over who owns a record: whoever reads them may see all records. */
export function maySubscribe(caller: Caller): boolean {
  return caller.permissions.has('ViewAllData') || caller.permissions.has('ModifyAllData');
}

/** What a channel has after a replay id, oldest first; not more than fits one answer. */
export function eventsOf(org: Org, channel: string, replayId: number, most = MOST_AT_ONCE): ChangeEvent[] {
  return eventsAfter(org, OF_OBJECT.get(channel), replayId, most);
}

export function deliveryOf(org: Org, caller: Caller, channel: string, event: ChangeEvent): Reply {
  const object = org.schema.object(event.object);
  const visible = (path: string) => object !== undefined && isVisible(caller, object, path);
  const { values, nulledFields, changedFields } = event.content;
  return {
    data: {
      schema: object ? schemaId(object) : '',
      payload: {
        ChangeEventHeader: {
          ...event.header,
          nulledFields: nulledFields.filter(visible),
          diffFields: [],
          changedFields: changedFields.filter(visible),
        },
        ...Object.fromEntries(Object.entries(values).filter(([name]) => visible(name))),
      },
      event: { replayId: event.replayId },
    },
    channel,
  };
}

/** Custom fields take field-level security; a field that is gone is told no more. Compounds hold standard fields alone. */
function isVisible(caller: Caller, object: ObjectType, path: string): boolean {
  return !path.endsWith('__c') || visibleField(caller, object, path) !== undefined;
}
