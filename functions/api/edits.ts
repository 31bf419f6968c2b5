import { z } from '@hono/zod-openapi'
import { CHART_KINDS } from '../../src/chart/wish.ts'
import { AGGREGATES, GRAINS, OPERATORS } from '../../src/edit/edits.ts'

const column = z.string().max(400).optional().openapi({
  description: '`Table.column`, or the column alone where one table has it.',
  example: 'Orders.ShipCountry',
})
const at = z
  .number()
  .int()
  .min(0)
  .max(999)
  .optional()
  .openapi({ description: 'Which chip of the slot; 0 is the first.' })
const does = z.enum(['add', 'set', 'remove'])
const settable = z.enum(['set', 'remove'])

/** One change of a plan, as chips offer it. */
export const EditSchema = z
  .discriminatedUnion('slot', [
    z.object({ slot: z.literal('measure'), do: does, at, aggregate: z.enum(AGGREGATES).optional(), column }).strict(),
    z.object({ slot: z.literal('by'), do: does, at, column, grain: z.enum(GRAINS).optional() }).strict(),
    z
      .object({
        slot: z.literal('filter'),
        do: does,
        at,
        column: column.openapi({ description: 'Found by the values when absent.' }),
        operator: z.enum(OPERATORS).optional(),
        values: z
          .array(z.union([z.string().max(1000), z.number(), z.boolean()]))
          .max(100)
          .optional(),
      })
      .strict(),
    z
      .object({
        slot: z.literal('period'),
        do: settable,
        period: z.string().max(100).optional().openapi({ example: 'Q3 1997' }),
        column,
      })
      .strict(),
    z
      .object({
        slot: z.literal('sort'),
        do: settable,
        by: z.string().max(400).optional().openapi({ description: 'A chip’s id or a column.', example: 'measure-0' }),
        descending: z.boolean().optional(),
      })
      .strict(),
    z.object({ slot: z.literal('limit'), do: settable, limit: z.number().int().min(1).optional() }).strict(),
    z.object({ slot: z.literal('chart'), do: settable, chart: z.enum(CHART_KINDS).optional() }).strict(),
  ])
  .openapi('Edit')

const ChoiceSchema = z.object({ text: z.string(), group: z.string(), edit: EditSchema }).openapi('Choice')

/** How a plan read its question. */
export const ReadingSchema = z
  .object({
    chips: z.array(
      z
        .object({
          id: z.string(),
          slot: z.enum(['measure', 'by', 'filter', 'period', 'sort', 'limit', 'chart']),
          text: z.string(),
          choices: z.array(ChoiceSchema),
          remove: EditSchema.optional(),
        })
        .openapi('Chip'),
    ),
    add: z.array(ChoiceSchema),
    chart: z.string().nullable(),
  })
  .openapi('Reading')
