// The identity provider of samlp on 127.0.0.1:9600; with the argument `encrypt` it encrypts with AES-256-GCM.
const fs = require('fs');
const crypto = require('crypto');
const express = require('express');
const samlp = require('samlp');

const read = (file) => fs.readFileSync(file, 'utf8');
const base = 'http://127.0.0.1:9600';
const sp = 'http://127.0.0.1:9100';
const options = {
  issuer: `${base}/idp`,
  cert: read('idp.crt'),
  key: read('idp.key'),
  signResponse: true,
  signatureAlgorithm: 'rsa-sha256',
  digestAlgorithm: 'sha256',
  audience: `${sp}/sp`,
  // Both hold the audience unless they are set.
  destination: `${sp}/acs`,
  recipient: `${sp}/acs`,
  getPostURL: (audience, request, req, done) => done(null, `${sp}/acs`),
  getUserFromRequest: () => ({
    id: 'alice@idp.test',
    emails: [{ value: 'alice@idp.test' }],
    displayName: 'Alice',
    name: { givenName: 'Alice', familyName: 'Test' },
  }),
};
if (process.argv[2] === 'encrypt') {
  options.encryptionCert = read('sp.crt');
  options.encryptionPublicKey = crypto.createPublicKey(options.encryptionCert).export({ type: 'spki', format: 'pem' });
}

const app = express();
app.use('/sso', (req, res, next) => {
  samlp.parseRequest(req, { signingCert: read('sp.crt') }, (error, request) => {
    if (error) return res.status(400).send(`REFUSED ${error.message}`);
    return samlp.auth({ ...options, inResponseTo: request && request.id, RelayState: req.query.RelayState })(req, res, next);
  });
});
app.get('/metadata', samlp.metadata({ issuer: options.issuer, cert: options.cert, redirectEndpointPath: '/sso' }));
app.listen(9600, '127.0.0.1');
