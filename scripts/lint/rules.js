// Lint rules of this project, for what no public rule says. Each message says what to do instead.

const DRAWERS = ['utils', 'helpers', 'common', 'types', 'constants', 'misc', 'shared']

/** A type assertion turns the compiler off; where it must be, a comment says why it holds. */
const castHasReason = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      missing: 'Narrow the type instead of asserting it; if it cannot be narrowed, say in a comment on this line or the one above why the assertion holds.',
    },
  },
  create(context) {
    const { sourceCode } = context
    const commentLines = new Set(sourceCode.getAllComments().map((comment) => comment.loc.end.line))
    return {
      TSAsExpression(node) {
        const isConst = node.typeAnnotation.type === 'TSTypeReference' && node.typeAnnotation.typeName.name === 'const'
        const { start, end } = node.loc
        const statement = statementOf(node).loc.start.line
        if (isConst || commentLines.has(end.line) || commentLines.has(start.line - 1) || commentLines.has(statement - 1)) return
        context.report({ node, messageId: 'missing' })
      },
    }
  },
}

function statementOf(node) {
  let current = node
  while (current.parent && !/Statement$|Declaration$|^Program$/.test(current.type)) current = current.parent
  return current
}

/** A file is named after what it exports, so that it can be guessed. */
const fileName = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      drawer: '"{{ name }}" says nothing: put each thing beside its only user, or into a file named after it.',
      kebab: 'Name files in kebab-case, after what they export: "{{ name }}".',
    },
  },
  create(context) {
    return {
      Program(node) {
        const name = context.filename.split('/').at(-1).replace(/\.[mc]?[jt]s$/, '')
        if (DRAWERS.includes(name)) context.report({ node, messageId: 'drawer', data: { name } })
        else if (!/^[.a-z\d]+(?:[-.][a-z\d]+)*$/.test(name)) context.report({ node, messageId: 'kebab', data: { name } })
      },
    }
  },
}

/** SQL that is wrong here although PostgreSQL takes it. */
const sql = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      cursor: 'Events have no order by id or time: rows commit in another order. A cursor over them is `pos > $last order by pos`.',
      sequence: 'A sequence gives numbers in another order than commits, with holes: positions come from the log (event-log), ids from newId().',
      forUpdate: '`for update` collides with foreign-key checks: lock a channel by its stream head, other rows `for no key update`.',
      offset: 'OFFSET skips and repeats rows when others come and go: page by key, `(a, b) < ($1, $2)`.',
    },
  },
  create(context) {
    const isLog = /stream-heads\.repository\.ts$/.test(context.filename)
    const check = (node, text) => {
      if (!/\b(select|insert|update|delete|create|alter)\b/i.test(text)) return
      if (/\bevents\b[^;]*(\bid\s*>|\border\s+by\s+(id|created_at)\b)/i.test(text)) context.report({ node, messageId: 'cursor' })
      if (/\b(nextval\s*\(|bigserial\b|generated\s+\w+(\s+by\s+default)?\s+as\s+identity)/i.test(text)) context.report({ node, messageId: 'sequence' })
      if (!isLog && /\bfor\s+update\b/i.test(text)) context.report({ node, messageId: 'forUpdate' })
      if (/\boffset\s+[$\d]/i.test(text)) context.report({ node, messageId: 'offset' })
    }
    return {
      TemplateLiteral(node) {
        check(node, node.quasis.map((part) => part.value.raw).join('$1'))
      },
      Literal(node) {
        if (typeof node.value === 'string') check(node, node.value)
      },
      CallExpression(node) {
        const method = node.callee.type === 'MemberExpression' ? node.callee.property.name : undefined
        if (method === 'forUpdate' && !isLog) context.report({ node, messageId: 'forUpdate' })
        if (method === 'offset') context.report({ node, messageId: 'offset' })
      },
    }
  },
}

/** The plugin. */
export const afrochat = { rules: { 'cast-has-reason': castHasReason, 'file-name': fileName, sql } }
