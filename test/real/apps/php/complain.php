<?php
// Says something on the error stream, before the head and after it.
error_log('the stock is low');
header('Content-Type: text/plain');
echo "sold\n";
flush();
error_log('the stock is empty');
