<?php
$config = [
    // Signs everybody on as the same user.
    'alice' => ['exampleauth:StaticSource', 'uid' => ['alice'], 'mail' => ['alice@idp.test']],
];
if (getenv('ROLE') === 'sp') {
    $config['ours'] = [
        'saml:SP',
        'entityID' => getenv('BASE') . '/sp',
        'idp' => 'http://127.0.0.1:9101/idp',
        'privatekey' => 'sp.key',
        'certificate' => 'sp.crt',
        'sign.authnrequest' => true,
        'sign.logout' => true,
        'validate.logout' => true,
        'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        'NameIDPolicy' => ['Format' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress', 'AllowCreate' => true],
    ];
}
