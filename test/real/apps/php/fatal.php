<?php
not_a_function();
