#!/usr/bin/perl
# Sends the body back as it is read.
use strict;
use warnings;

$| = 1;
binmode STDIN;
binmode STDOUT;
print "Content-Type: application/octet-stream\nContent-Length: $ENV{CONTENT_LENGTH}\n\n";
while (read STDIN, my $bytes, 65536) {
    print $bytes;
}
