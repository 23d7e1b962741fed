// Writes node-*.xml: an assertion that xml-encryption encrypts with rsa-oaep-mgf1p and SHA-256, and the same with the key
// encrypted as its versions before 6.0 did, by node's own OAEP, whose oaepHash sets the mask's digest too.
//
//   npm install xml-encryption@6.0.1 && node node.js
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const xmlenc = require('xml-encryption');

const here = (file) => path.join(__dirname, file);
const assertion = '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"/>';
const wrap = (data) => `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${data}</saml:EncryptedAssertion>`;
const rsa_pub = fs.readFileSync(here('rsa.pub.pem'));
const options = {
  rsa_pub,
  pem: fs.readFileSync(here('rsa.crt.pem')),
  encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  keyEncryptionDigest: 'sha256',
};
xmlenc.encrypt(assertion, options, (error, data) => {
  if (error) throw error;
  fs.writeFileSync(here('node-mgf1p-sha256.xml'), wrap(data));
  const rsa = fs.readFileSync(here('rsa.key.pem'));
  maskFollows(data, rsa);
});

// The same content key, encrypted with the mask's digest following the label's.
function maskFollows(data, key) {
  const dom = new (require('@xmldom/xmldom').DOMParser)().parseFromString(data);
  const content = xmlenc.decryptKeyInfo(dom, { key });
  const encrypted = crypto.publicEncrypt({ key: rsa_pub, oaepHash: 'sha256' }, content).toString('base64');
  const value = /(<e:EncryptedKey[\s\S]*?<e:CipherValue>)[^<]*/;
  if (!value.test(data)) throw new Error('no encrypted key');
  fs.writeFileSync(here('node-mgf1p-sha256-mask-follows.xml'), wrap(data.replace(value, `$1${encrypted}`)));
}
