/** A process of its own: answers one question about a file of rows with DuckDB, on two threads. Arguments: file, question. */
const { DuckDBInstance } = require('@duckdb/node-api');

const [file, question] = process.argv.slice(2);
const normal = (text) => `trim(regexp_replace(${text}, '\\s+', ' ', 'g'))`;
const turns = `list_transform(messages, m -> [m.role, ${normal('m.content')}])`;
const distinct = (text) =>
  `select label, count(*), sum(epochs) from (select label, ${text} as t, count(*) as epochs from read_json('${file}') group by label, t) group by label order by label`;
const QUESTIONS = {
  labels: `select label, count(*), count(*) from read_json('${file}') group by label order by label`,
  texts: distinct('messages'),
  normalised: distinct(turns),
};

(async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(QUESTIONS[question])).getRowsJson();
  console.log(rows.map(([label, texts, shown]) => `${label} ${texts} ${shown}`).join(', '));
})();
