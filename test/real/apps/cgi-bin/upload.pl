#!/usr/bin/perl
# Reads the whole body, and tells its length and hash.
use strict;
use warnings;
use Digest::SHA;

binmode STDIN;
my $digest = Digest::SHA->new(256);
my $length = 0;
while (my $count = read STDIN, my $bytes, 65536) {
    $digest->add($bytes);
    $length += $count;
}
print "Content-Type: application/json\n\n";
printf '{"announced":%d,"length":%d,"sha256":"%s"}', $ENV{CONTENT_LENGTH}, $length, $digest->hexdigest;
