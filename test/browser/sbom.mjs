// Checks bills of materials against the CycloneDX 1.6 schema: node sbom.mjs FILE ... It lives here because the packages of npm do.

import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import formats from 'ajv-formats';
import internationalFormats from 'ajv-formats-draft2019';

const schemas = new URL('node_modules/@cyclonedx/cyclonedx-library/res/schema/', import.meta.url);
const schema = (name) => JSON.parse(readFileSync(new URL(`${name}.SNAPSHOT.schema.json`, schemas), 'utf8'));

const ajv = new Ajv({
    strict: false, // the schema has keywords of its own, such as meta:enum
    allErrors: true,
    schemas: { 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json': schema('spdx'),
        'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json': schema('jsf-0.82') },
});
formats(ajv);
internationalFormats(ajv);
ajv.addFormat('iri-reference', true); // no package knows it; we name no such reference
const valid = ajv.compile(schema('bom-1.6'));

for (const file of process.argv.slice(2)) {
    if (!valid(JSON.parse(readFileSync(file, 'utf8')))) {
        valid.errors.forEach((error) => console.error(`${file}${error.instancePath}: ${error.message}`));
        process.exitCode = 1;
    }
}
