#!/usr/bin/perl
print "Location: /variables.pl/by/redirect?from=local\n\n";
