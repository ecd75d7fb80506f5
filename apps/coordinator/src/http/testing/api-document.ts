import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import type { Answer, Ask } from '../../testing/harness.ts';

type Json = Record<string, unknown>;

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** As in the document, `{id}` for parameters. */
  readonly path: string;
  readonly security: readonly unknown[];
  readonly parameters: readonly { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Json }[];
  readonly requestBody?: { content: { 'application/json': { schema: Json } } };
  readonly responses: Readonly<Record<string, { description: string; content: Readonly<Record<string, unknown>> }>>;
}

export interface ApiDocument {
  readonly operations: readonly Operation[];
  readonly components: Readonly<Record<string, Json>>;
  /** That the operation declares an answer: its status, its content type, its code, and every field of its body. */
  readonly expectDeclared: (operation: Operation, answer: Answer) => void;
}

/** The document as it is served, and what it says of an answer. */
export async function readApiDocument(ask: Ask): Promise<ApiDocument> {
  const document = (await ask('GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>;
    components: { schemas: Record<string, Json> };
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
  );
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');

  return {
    operations,
    components: document.components.schemas,
    expectDeclared: ({ operationId, path, method, responses }, { status, headers, body }) => {
      const declared = responses[status];
      const said = `${operationId} ${status} ${JSON.stringify(body).slice(0, 2000)}`;
      expect(Object.keys(responses), said).toContain(String(status));
      const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
      const types = Object.keys(declared?.content ?? {});
      // A file says itself what it is.
      if (types.includes('*/*')) return expect(type, said).not.toBe('');
      expect(types, said).toContain(type);
      const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema'];
      const validate = ajv.getSchema(`api#/${pointer.map(escaped).join('/')}`);
      if (!validate) throw new Error(`no schema of ${pointer.join(' ')}`);
      if (!validate(body)) expect.fail(`${said}: ${ajv.errorsText(validate.errors)}`);
      if (type === 'application/problem+json') expect(declared?.description.split(', '), said).toContain(body.code);
    },
  };
}

const escaped = (segment: string): string => encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
