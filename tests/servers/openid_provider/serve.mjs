// A certified OpenID provider with its own sign-in pages, for the tests: node serve.mjs MODULES CONFIGURATION
// The people stand in a JSON file that is read at each sign-in: a test moves somebody to another group by writing it.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [modules, file] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`).href);
const { issuer, client, people } = JSON.parse(readFileSync(file, 'utf8'));
const person = (id) => JSON.parse(readFileSync(people, 'utf8'))[id];

const provider = new Provider(issuer, {
  clients: [client],
  claims: {
    openid: ['sub', 'acr', 'amr', 'auth_time'],
    email: ['email', 'email_verified'], profile: ['name', 'preferred_username', 'groups', 'nip'],
  },
  clientAuthMethods: ['client_secret_basic'],
  cookies: { keys: ['docgen-tests'] },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: (_, id) => person(id) && { accountId: id, claims: () => ({ sub: id, ...person(id).claims }) },
  pkce: { required: () => true },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
});

// How somebody signs in (a password alone, or a second factor, too) stands with the person.
const finish = provider.interactionFinished.bind(provider);
provider.interactionFinished = (request, response, result, options) => {
  if (result.login) Object.assign(result.login, person(result.login.accountId)?.login);
  return finish(request, response, result, options);
};

provider.listen(Number(new URL(issuer).port), '127.0.0.1');
