#!/usr/bin/perl
use CGI;
print CGI->new->header(-type => 'text/plain', -status => '404 Gone fishing'), "nobody home\n";
