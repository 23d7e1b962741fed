// Encrypts the assertion of a response with xml-encryption: xml_encryption.js RESPONSE ALGORITHM OAEP-DIGEST
const crypto = require('crypto');
const fs = require('fs');
const xmlenc = require('xml-encryption');

const [, , response, algorithm, keyEncryptionDigest] = process.argv;
const text = fs.readFileSync(response, 'utf8');
const pem = fs.readFileSync('sp.crt', 'utf8');
const options = {
  rsa_pub: crypto.createPublicKey(pem).export({ type: 'spki', format: 'pem' }),
  pem,
  encryptionAlgorithm: algorithm,
  keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  keyEncryptionDigest,
  // It takes CBC for insecure.
  warnInsecureAlgorithm: false,
  disallowEncryptionWithInsecureAlgorithm: false,
};
const [assertion] = text.match(/<saml:Assertion .*<\/saml:Assertion>/s);
const namespace = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';
// What is decrypted stands on its own.
const alone = assertion.includes(namespace) ? assertion : assertion.replace('<saml:Assertion ', `<saml:Assertion ${namespace} `);
xmlenc.encrypt(alone, options, (error, encrypted) => {
  if (error) throw error;
  process.stdout.write(text.replace(assertion, () => `<saml:EncryptedAssertion>${encrypted}</saml:EncryptedAssertion>`));
});
