#!/usr/bin/perl
# The environment, the arguments and the working directory, a line each.
use strict;
use warnings;
use Cwd;

print "Content-Type: text/plain\n\n";
print "$_=$ENV{$_}\n" for sort keys %ENV;
print "arguments=@ARGV\n";
print "directory=", getcwd(), "\n";
