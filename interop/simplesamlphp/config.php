<?php
// One configuration for both roles: ROLE is idp or sp, BASE where it is served, WORK where the keys and our metadata are.
$role = getenv('ROLE');
$work = getenv('WORK');
$ours = $role === 'idp' ? 'ours-sp.xml' : 'ours-idp.xml';
$config = [
    'baseurlpath' => getenv('BASE') . '/',
    'certdir' => "$work/",
    'loggingdir' => "$work/",
    'datadir' => "$work/",
    'tempdir' => "$work/php/",
    'metadatadir' => __DIR__,
    'metadata.sources' => [['type' => 'flatfile'], ['type' => 'xml', 'file' => "$work/$ours"]],
    'attributenamemapdir' => '/etc/simplesamlphp/attributemap/',
    'secretsalt' => "not a secret, $role",
    'auth.adminpassword' => 'not used',
    'technicalcontact_email' => 'na@example.org',
    'timezone' => 'UTC',
    'logging.level' => 7,
    'logging.handler' => 'file',
    'logging.logfile' => "simplesamlphp-$role.log",
    'enable.saml20-idp' => $role === 'idp',
    'module.enable' => ['exampleauth' => true, 'saml' => true, 'core' => true],
    // Cookies are shared by all ports of a host.
    'session.cookie.name' => "session-$role",
    'session.phpsession.cookiename' => "php-$role",
    'session.authtoken.cookiename' => "token-$role",
    'session.cookie.secure' => false,
    'session.cookie.samesite' => 'Lax',
    'session.phpsession.savepath' => "$work/php",
    'language.cookie.secure' => false,
    'store.type' => 'phpsession',
    'trusted.url.domains' => null,
    'admin.checkforupdates' => false,
];
