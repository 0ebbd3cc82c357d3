// What conditions of an SLA may name beside the fields of the record: what Qualify says of it.
export const SLA_FACTS: readonly string[] = ['score', 'grade', 'mql', 'excluded'];
