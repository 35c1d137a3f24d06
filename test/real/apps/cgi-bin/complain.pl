#!/usr/bin/perl
# Complains, answers, and complains again.
$| = 1;
print STDERR "the disk is slow\n";
print "Content-Type: text/plain\n\nwritten\n";
print STDERR "the disk is full\n";
