// node-saml as service provider: node_saml.js RESPONSE IDP-ENTITY-ID
const fs = require('fs');
const { SAML } = require('@node-saml/node-saml');

const [, , response, provider] = process.argv;
const sp = 'http://127.0.0.1:9100';
const saml = new SAML({
  callbackUrl: `${sp}/acs`,
  entryPoint: provider,
  issuer: `${sp}/sp`,
  audience: `${sp}/sp`,
  idpIssuer: provider,
  idpCert: fs.readFileSync('idp.crt', 'utf8'),
  decryptionPvk: fs.readFileSync('sp.key', 'utf8'),
  wantAuthnResponseSigned: true,
  wantAssertionsSigned: false,
  validateInResponseTo: 'never',
});
saml.validatePostResponseAsync({ SAMLResponse: fs.readFileSync(response).toString('base64') }).then(
  (result) => console.log(result.profile.nameID),
  (error) => {
    console.log(`REFUSED ${error.message}`);
    process.exitCode = 1;
  },
);
