// What an upgrade must keep (L45): rows that the old version wrote are read by the new one, or made anew by its migrations, and
// amounts of an asset mean what they meant.

import { err, ok, type Result } from "@juno/base";
import type { AssetCode, MigrationCode, TableCode } from "@juno/hopper";
import type { Abort } from "./contract-error.ts";
import { DEPLOYMENT_CODE, refusal } from "./deploy-refusal.ts";
import { areSameShapes, isSameShape, type Versions } from "./shape-comparison.ts";
import type { RowReader } from "./view.ts";

/** Migrations that make the rows fit; or why the new version must not take the old one's place. */
export function keptState(versions: Versions, rows: RowReader): Result<readonly MigrationCode[], Abort> {
  const { name: module, old, new: next } = versions;
  for (const asset of old.assets) {
    const other = next.assets.find(({ name }) => name === asset.name);
    if (other === undefined || !isSameAsset(versions, asset, other)) {
      const message = `the asset \`${asset.symbol}\` must stay as it is: there may be coins of it`;
      return err(refusal({ module, code: DEPLOYMENT_CODE.asset, message }));
    }
  }
  const migrations: MigrationCode[] = [];
  for (const table of old.tables) {
    const other = next.tables.find(({ name }) => name === table.name);
    const fitting = next.migrations.find(
      (one) => one.table === table.name && isSameShape(versions, table.row, one.old),
    );
    const isSame = other !== undefined && isSameTable(versions, table, other);
    const problem = isSame ? idle(table, fitting) : changed(versions, { table, other, fitting });
    if (isSame && problem === undefined) continue;
    if (rows.keys({ module, table: table.name, limit: 1 }).length === 0) continue;
    if (problem !== undefined) return err(refusal({ module, code: DEPLOYMENT_CODE.table, message: problem }));
    migrations.push(fitting!);
  }
  return ok(migrations);
}

/** Whoever writes a migration believes that it runs; one that is for rows of earlier versions is history. */
function idle({ name }: TableCode, fitting: MigrationCode | undefined): string | undefined {
  if (fitting === undefined) return undefined;
  return `the rows of \`${name}\` keep their form, so \`migrate ${name}\` would not run: leave it out, or change them by an action`;
}

function changed(
  versions: Versions,
  parts: { table: TableCode; other: TableCode | undefined; fitting: MigrationCode | undefined },
): string | undefined {
  const { table, other, fitting } = parts;
  const { name, keyType, rowType } = table;
  const had = `the table \`${name}\` has rows of type \`${keyType} => ${rowType}\``;
  if (other === undefined) return `${had}, so it cannot be left out`;
  if (!isSameShape(versions, table.key, other.key)) return `${had}, whose keys must stay as they are`;
  if (fitting !== undefined) return undefined;
  const now = `and now \`${other.rowType}\`, which has another form`;
  return `${had}, ${now}: declare the old type under another name, and \`migrate ${name}(old: …) { … }\` that makes a new row of it`;
}

function isSameAsset(versions: Versions, a: AssetCode, b: AssetCode): boolean {
  const isSame = a.currency === b.currency && a.decimals === b.decimals;
  return isSame && areSameShapes(versions, a.parameters, b.parameters);
}

const isSameTable = (versions: Versions, a: TableCode, b: TableCode): boolean =>
  a.resource === b.resource && isSameShape(versions, a.key, b.key) && isSameShape(versions, a.row, b.row);
