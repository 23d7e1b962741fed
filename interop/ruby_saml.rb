# ruby-saml as service provider: ruby_saml.rb RESPONSE IDP-ENTITY-ID [REQUEST-ID]
require 'base64'
require 'onelogin/ruby-saml'

file, provider, request = ARGV
settings = OneLogin::RubySaml::Settings.new
settings.sp_entity_id = 'http://127.0.0.1:9100/sp'
settings.assertion_consumer_service_url = 'http://127.0.0.1:9100/acs'
settings.certificate = File.read('sp.crt')
settings.private_key = File.read('sp.key')
settings.idp_entity_id = provider
settings.idp_cert = File.read('idp.crt')
settings.security[:want_assertions_signed] = true
options = { settings: settings }
options[:matches_request_id] = request if request
begin
  response = OneLogin::RubySaml::Response.new(Base64.strict_encode64(File.read(file)), options)
  refused = response.is_valid? ? nil : response.errors.join('; ')
rescue StandardError => e
  # It raises what its decryption does.
  refused = e.inspect
end
if refused
  puts "REFUSED #{refused}"
  exit 1
end
puts response.nameid
