// What Salesforce calls the states of a model and the levels of access.

export const STATES = { planning: 'Planning', active: 'Active', archived: 'Archived' } as const;

/** `edit` is `Edit` in the API. */
export const LEVELS = { none: 'None', read: 'Read', edit: 'Edit', all: 'All' } as const;
