import { parse } from '../../server/syntax/parser/parser';
import { describeCases } from '../support/marks';

describe('a mistake is told once, where it is:', () => {
  describeCases(new URL('./fixtures/mistakes.fixture', import.meta.url), ({ text }) =>
    parse(text).issues.map(({ start, end, code, message }) => ({ start, end, text: `${code} ${message}` })),
  );
});
