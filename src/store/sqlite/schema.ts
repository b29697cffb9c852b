import { integer, sqliteTable, text, uniqueIndex } from './drizzle.ts'

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

/** One row: the process that owns the file, for the message a second process prints. */
export const owner = sqliteTable('owner', {
  id: integer('id').primaryKey(),
  pid: integer('pid').notNull(),
  startedAt: text('started_at').notNull(),
})

export type EntryRow = typeof entries.$inferSelect
export type SourceRow = typeof sources.$inferSelect
export type ServerRow = typeof servers.$inferSelect
