import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from './drizzle.ts'

/** Times are ISO 8601 texts in UTC with milliseconds; JSON is kept as text. */
export const sources = sqliteTable('sources', {
  id: text('id').primaryKey(),
  sequence: integer('sequence').notNull(),
  kind: text('kind').notNull(),
  origin: text('origin').notNull(),
  definition: text('definition').notNull(),
  negotiated: text('negotiated'),
  version: integer('version').notNull(),
  createdAt: text('created_at').notNull(),
  updatedAt: text('updated_at').notNull(),
})

/** What authorization servers gave for sources. Secret, like the file as a whole. */
export const grants = sqliteTable('grants', {
  id: text('id').primaryKey(),
  binding: text('binding').notNull(),
  grant: text('grant').notNull(),
  updatedAt: text('updated_at').notNull(),
})

export const entries = sqliteTable(
  'entries',
  {
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    source: text('source').notNull(),
    key: text('key').notNull(),
    definition: text('definition').notNull(),
    upstreamTags: text('upstream_tags').notNull(),
    addedTags: text('added_tags').notNull(),
    removedTags: text('removed_tags').notNull(),
    enabled: integer('enabled', { mode: 'boolean' }).notNull(),
    deprecated: integer('deprecated', { mode: 'boolean' }).notNull(),
    owner: text('owner'),
    roles: text('roles').notNull(),
    meta: text('meta'),
    handler: text('handler'),
    content: text('content'),
    present: integer('present', { mode: 'boolean' }).notNull(),
    version: integer('version').notNull(),
    createdAt: text('created_at').notNull(),
    updatedAt: text('updated_at').notNull(),
  },
  (table) => [uniqueIndex('entries_source_type_key').on(table.source, table.type, table.key)],
)

export const servers = sqliteTable('servers', {
  id: text('id').primaryKey(),
  sequence: integer('sequence').notNull(),
  origin: text('origin').notNull(),
  definition: text('definition').notNull(),
  version: integer('version').notNull(),
  createdAt: text('created_at').notNull(),
  updatedAt: text('updated_at').notNull(),
})

export const serverVersions = sqliteTable(
  'server_versions',
  {
    server: text('server').notNull(),
    version: integer('version').notNull(),
    authorId: text('author_id').notNull(),
    authorKind: text('author_kind').notNull(),
    definition: text('definition').notNull(),
    createdAt: text('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.server, table.version] })],
)

export const approvals = sqliteTable(
  'approvals',
  {
    server: text('server').notNull(),
    entry: text('entry').notNull(),
    state: text('state').notNull(),
    hash: text('hash').notNull(),
    definition: text('definition').notNull(),
    authorId: text('author_id').notNull(),
    authorKind: text('author_kind').notNull(),
    decidedAt: text('decided_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.server, table.entry] }),
    index('approvals_entry').on(table.entry),
  ],
)

/** What policies and guards are kept as. */
const definitionColumns = {
  id: text('id').primaryKey(),
  origin: text('origin').notNull(),
  definition: text('definition').notNull(),
  version: integer('version').notNull(),
  createdAt: text('created_at').notNull(),
  updatedAt: text('updated_at').notNull(),
}

export const policies = sqliteTable('policies', definitionColumns)

export const hidden = sqliteTable(
  'hidden',
  { caller: text('caller').notNull(), entry: text('entry').notNull() },
  (table) => [
    primaryKey({ columns: [table.caller, table.entry] }),
    index('hidden_entry').on(table.entry),
  ],
)

export const verdicts = sqliteTable(
  'verdicts',
  {
    fingerprint: text('fingerprint').notNull(),
    hash: text('hash').notNull(),
    /** Null where the model refused to judge. */
    chosen: integer('chosen', { mode: 'boolean' }),
    reason: text('reason'),
    profile: text('profile').notNull(),
    model: text('model').notNull(),
    at: text('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.fingerprint, table.hash] })],
)

/** What each rule chose last; `ids` is a JSON array. */
export const chosenEntries = sqliteTable('chosen_entries', {
  rule: text('rule').primaryKey(),
  ids: text('ids').notNull(),
})

export const vectors = sqliteTable(
  'vectors',
  {
    model: text('model').notNull(),
    hash: text('hash').notNull(),
    vector: blob('vector', { mode: 'buffer' }).notNull(),
    usedAt: text('used_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.model, table.hash] })],
)

/** Tokens by day (UTC) and model. */
export const llmSpend = sqliteTable(
  'llm_spend',
  {
    day: text('day').notNull(),
    profile: text('profile').notNull(),
    tokens: integer('tokens').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.profile] })],
)

export const users = sqliteTable('users', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  roles: text('roles').notNull(),
  groups: text('groups').notNull(),
  attributes: text('attributes').notNull(),
  disabled: integer('disabled', { mode: 'boolean' }).notNull(),
  version: integer('version').notNull(),
  createdAt: text('created_at').notNull(),
  updatedAt: text('updated_at').notNull(),
})

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    user: text('user')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name'),
    prefix: text('prefix').notNull(),
    digest: text('digest').notNull(),
    roles: text('roles'),
    servers: text('servers'),
    expiresAt: text('expires_at'),
    lastUsedAt: text('last_used_at'),
    createdAt: text('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('api_keys_prefix').on(table.prefix),
    index('api_keys_user').on(table.user),
  ],
)

/** One row once there has been a key: from then on the service wants credentials, keys or not. */
export const closedDoor = sqliteTable('closed_door', {
  id: integer('id').primaryKey(),
  since: text('since').notNull(),
})

export const guards = sqliteTable('guards', definitionColumns)

export const guardFailures = sqliteTable(
  'guard_failures',
  {
    guard: text('guard').notNull(),
    caller: text('caller').notNull(),
    count: integer('count').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.guard, table.caller] })],
)

/** Kept when a guard is deleted: a code is used up whatever becomes of what it opened. */
export const guardSteps = sqliteTable('guard_steps', {
  secret: text('secret').primaryKey(),
  step: integer('step').notNull(),
})

/** One row: the process that owns the file, for the message a second process prints. */
export const owner = sqliteTable('owner', {
  id: integer('id').primaryKey(),
  pid: integer('pid').notNull(),
  startedAt: text('started_at').notNull(),
})

export type EntryRow = typeof entries.$inferSelect
export type SourceRow = typeof sources.$inferSelect
export type GrantRow = typeof grants.$inferSelect
export type ServerRow = typeof servers.$inferSelect
export type VersionRow = typeof serverVersions.$inferSelect
export type ApprovalRow = typeof approvals.$inferSelect
export type DefinitionRow = typeof policies.$inferSelect
export type GuardFailuresRow = typeof guardFailures.$inferSelect
export type GuardStepRow = typeof guardSteps.$inferSelect
export type HiddenRow = typeof hidden.$inferSelect
export type VerdictRow = typeof verdicts.$inferSelect
export type ChosenRow = typeof chosenEntries.$inferSelect
export type UserRow = typeof users.$inferSelect
export type KeyRow = typeof apiKeys.$inferSelect
export type VectorRow = typeof vectors.$inferSelect
