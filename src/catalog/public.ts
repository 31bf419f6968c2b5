import type { Catalog, Column, Table } from '../catalog.ts'

/** A catalog as doors show it: without local paths and without the value index. */
export type PublicCatalog = Omit<Catalog, 'tables' | 'files' | 'view'> & { tables: PublicTable[] }

export type PublicTable = Omit<Table, 'source' | 'columns'> & { bytes: number; columns: Omit<Column, 'values'>[] }

/** Leaves out what must not leave the process. */
export function publicCatalog({ files: _files, view: _view, ...catalog }: Catalog): PublicCatalog {
  return { ...catalog, tables: catalog.tables.map(publicTable) }
}

function publicTable({ source, columns, ...table }: Table): PublicTable {
  return { ...table, bytes: source.bytes, columns: columns.map(({ values: _values, ...column }) => column) }
}
